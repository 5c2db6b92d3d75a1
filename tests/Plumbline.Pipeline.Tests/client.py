"""A client that is not .NET. Requests an experiment with the code of docs/pipeline.md, waits for its end with psql, and
prints the answer and the document's table of medians as JSON lines.

Arguments: docs/pipeline.md, the broker's host, port and virtual host, the specification as JSON, psql's connection
string. Only the broker's address, the user and the specification replace lines of the document, each exactly once.
"""
import contextlib
import io
import json
import re
import subprocess
import sys
import time
import ast


def main(document: str, host: str, port: str, virtual_host: str, spec: str, database: str) -> None:
    text = open(document, encoding="utf-8").read()
    answer = ask(blocks(text, "python")[0], host, port, virtual_host, spec)
    print(json.dumps(answer))
    if answer["accepted"]:
        wait(database, answer["experimentId"])
        print(table(text, database))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def ask(code: str, host: str, port: str, virtual_host: str, spec: str) -> dict:
    for documented, ours in (
        (r"^spec = .*$", f"spec = json.loads({spec!r})"),
        (r"^password = .*$", 'password = "guest"'),
        (r'"127\.0\.0\.1", 5672, ', f"{host!r}, {port}, {virtual_host!r}, "),
        (r'PlainCredentials\("plumbline", ', 'PlainCredentials("guest", '),
    ):
        code, found = re.subn(documented, lambda _: ours, code, flags=re.MULTILINE)
        if found != 1:
            sys.exit(f"{found} times in the document: {documented}")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/pipeline.md", "exec"), {})
    return ast.literal_eval(printed.getvalue())


def wait(database: str, experiment: str) -> None:
    deadline = time.monotonic() + 240
    ended = f"SELECT state FROM experiment_summary WHERE experiment_id = '{experiment}' AND state <> 'started'"
    while query(database, ended) == "":
        if time.monotonic() > deadline:
            sys.exit("no end within four minutes")
        time.sleep(0.2)


def table(text: str, database: str) -> str:
    """The documented medians, as the database's own JSON."""
    statements = [each.strip() for block in blocks(text, "sql") for each in block.split(";")]
    (medians,) = [each for each in statements if "latency_by_services" in each]
    return query(database, f"SELECT COALESCE(json_agg(medians), '[]') FROM ({medians}) AS medians").replace("\n", " ")


def query(database: str, sql: str) -> str:
    result = subprocess.run(["psql", database, "-XAtc", sql], capture_output=True, text=True, check=False)
    # The first experiment creates the tables.
    if result.returncode != 0 and "does not exist" not in result.stderr:
        sys.exit(result.stderr)
    return result.stdout.strip()


if __name__ == "__main__":
    main(*sys.argv[1:])
