"""Adds up the .trx files of a test run; an unexpected skip is a failure. Prints "N passed, N failed, N skipped" last."""
import pathlib
import sys
import xml.etree.ElementTree as xml

MESSAGE_CHARACTERS = 3_000
NAMESPACE = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}


def main(results_folder: str, expected_skips_file: str) -> int:
    expected = {
        line.split("#")[0].strip()
        for line in pathlib.Path(expected_skips_file).read_text().splitlines()
    } - {""}
    passed, failed, skipped = 0, [], []
    for trx in pathlib.Path(results_folder).rglob("*.trx"):
        for result in xml.parse(trx).getroot().findall(".//t:UnitTestResult", NAMESPACE):
            name, outcome = result.get("testName"), result.get("outcome")
            if outcome == "Passed":
                passed += 1
            elif outcome == "NotExecuted":
                skipped.append(name)
            else:
                failed.append(name)
                message = result.findtext(".//t:Message", "", NAMESPACE).strip()
                print(f"\n{name}:\n{message[:MESSAGE_CHARACTERS]}\n")
    unexpected = sorted(set(skipped) - expected)
    for name in sorted(failed):
        print(f"FAILED  {name}")
    for name in unexpected:
        print(f"SKIPPED {name}: not in {expected_skips_file}, so it counts as failed")
    print(f"{passed} passed, {len(failed) + len(unexpected)} failed, {len(skipped) - len(unexpected)} skipped")
    return 1 if failed or unexpected or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
