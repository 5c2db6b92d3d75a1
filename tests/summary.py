#!/usr/bin/env python3
"""Adds up the .trx files of a test run and prints "N passed, N failed, N skipped" last.

    tests/summary.py [--results FOLDER] [--skips FILE] [PROJECT…]   fails where a PROJECT has no results
    tests/summary.py --list [--results FOLDER] [--skips FILE]       prints FILE as this run's skips make it

Skips must be exactly those that FILE (tests/expected-skips.txt, which explains its format) lists for this machine.
"""
import argparse
import collections
import dataclasses
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

MESSAGE_CHARACTERS = 3_000
NAMESPACE = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}


@dataclasses.dataclass
class Result:
    name: str
    outcome: str
    message: str

    @property
    def is_skipped(self) -> bool:
        return self.outcome == "NotExecuted"


@dataclasses.dataclass
class Section:
    """Tests that are skipped where something is missing."""

    missing: str
    unless: str = ""
    tests: list[str] = dataclasses.field(default_factory=list)

    def applies(self) -> bool:
        return subprocess.run(["sh", "-c", self.unless], stdout=subprocess.DEVNULL, check=False).returncode != 0


def read_skips(file: pathlib.Path) -> list[Section]:
    sections: list[Section] = []
    for line in map(str.strip, file.read_text().splitlines()):
        if line.startswith("["):
            sections.append(Section(line[1:-1]))
        elif line.startswith("unless: "):
            sections[-1].unless = line.removeprefix("unless: ")
        elif line and not line.startswith("#"):
            sections[-1].tests.append(line)
    return sections


def read_results(trx: pathlib.Path) -> tuple[list[Result], str]:
    """The results of one project; and why it ended early, which is empty for a project that ran to its end."""
    root = xml.parse(trx).getroot()
    results = [
        Result(each.get("testName"), each.get("outcome"), each.findtext(".//t:Message", "", NAMESPACE).strip())
        for each in root.findall(".//t:UnitTestResult", NAMESPACE)
    ]
    failed = any(each.outcome != "Passed" and not each.is_skipped for each in results)
    if root.find("t:ResultSummary", NAMESPACE).get("outcome") == "Failed" and not failed:
        errors = root.findall(".//t:RunInfo[@outcome='Error']", NAMESPACE)
        return results, "\n".join(each.findtext("t:Text", "", NAMESPACE) for each in errors) or "it failed"
    return results, "" if results else "no test ran"


def read_unended(folder: pathlib.Path) -> set[str]:
    """The tests that were running when their process crashed or met the time limit: the blame collector notes them."""
    return {
        test.get("DisplayName")
        for file in folder.rglob("Sequence_*.xml")
        for test in xml.parse(file).getroot().findall("Test[@Completed='False']")
    }


def summarize(folder: pathlib.Path, skips: pathlib.Path, projects: list[str]) -> int:
    failures: list[tuple[str, str]] = []
    results: list[Result] = []
    for trx in sorted(folder.rglob("*.trx")):
        found, error = read_results(trx)
        results += found
        if error:
            failures.append((trx.name.split("_")[0], error))
    failures += [(each, "there are no results") for each in projects if not any(folder.rglob(f"{each}_*.trx"))]
    failures += [(each, "was running when its process ended") for each in read_unended(folder)]

    sections = read_skips(skips)
    listed = collections.Counter(name for section in sections for name in section.tests)
    applying = [section for section in sections if section.applies()]
    expected = {name: section.missing for section in applying for name in section.tests}
    passed = skipped = 0
    for each in results:
        if each.is_skipped and each.name in expected:
            skipped += 1
        elif each.is_skipped:
            reason = "what it needs is there" if each.name in listed else f"{skips.name} does not list it"
            failures.append((each.name, f"skipped, but {reason}: {each.message}"))
        elif each.outcome != "Passed":
            failures.append((each.name, each.message))
        elif each.name in expected:
            failures.append((each.name, f"passed, but {skips.name} says it is skipped here: {expected[each.name]}"))
        else:
            passed += 1
    ran = {each.name for each in results}
    failures += [(name, f"{skips.name} lists it, but it did not run") for name in listed if name not in ran]
    failures += [(name, f"{skips.name} lists it more than once") for name, times in listed.items() if times > 1]

    for section in applying:
        print(f"SKIPPED {sum(each.is_skipped and each.name in section.tests for each in results)}: {section.missing}")
    for name, why in sorted(failures):
        print(f"\nFAILED  {name}:\n{why[:MESSAGE_CHARACTERS]}")
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
    return 1 if failures or passed == 0 else 0


def print_skips(folder: pathlib.Path, skips: pathlib.Path) -> int:
    """Tests that are new go to the section whose tests were skipped with the same message, or to one of their own."""
    sections = read_skips(skips)
    results = [each for trx in folder.rglob("*.trx") for each in read_results(trx)[0]]
    skipped = {each.name: each.message for each in results if each.is_skipped}
    by_message = {skipped[name]: section for section in sections for name in section.tests if name in skipped}
    for section in sections:
        if section.applies():
            section.tests = []
    for name, message in skipped.items():
        if message not in by_message:
            by_message[message] = Section(message, "false")
            sections.append(by_message[message])
        by_message[message].tests.append(name)

    print("\n".join(line for line in skips.read_text().splitlines() if line.startswith("#")))
    for section in sections:
        print(f"\n[{section.missing}]\nunless: {section.unless}")
        print("\n".join(sorted(set(section.tests))))
    return 0


def main() -> int:
    top = pathlib.Path(__file__).parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=pathlib.Path, default=top / "artifacts/test-results", metavar="FOLDER")
    parser.add_argument("--skips", type=pathlib.Path, default=top / "tests/expected-skips.txt", metavar="FILE")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    given = parser.parse_args()
    if given.list:
        return print_skips(given.results, given.skips)
    return summarize(given.results, given.skips, given.projects)


if __name__ == "__main__":
    sys.exit(main())
