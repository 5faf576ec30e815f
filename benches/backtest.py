"""Measures `watcher backtest` on generated logs: how fast compared with gunzip alone and with `zcat | jq`, how it scales
with cores, and how its memory grows with the input. `python3 benches/backtest.py [MEGABYTES]`: so much, unpacked, is
generated once; ten times as much is read through hard links."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOGS = ROOT / "target/backtest-logs"
BUILT = ROOT / "target/dist" # what the packages bring
WATCHER, TOOL = BUILT / "watcher", BUILT / "examples/logs"
# What must be reached.
GUNZIP, SCALING, JQ, MEGABYTES_OF_MEMORY = 0.8, 1.7, 20, 150


def measured(command, cores=None, **options):
    """Runs it on so many cores: its output, and its wall time, CPU time and greatest memory in MB."""
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    begun = time.monotonic()
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, preexec_fn=lambda: os.sched_setaffinity(0, chosen), cwd=ROOT, **options
    )
    output = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, f"{command} ends with {child.returncode}"
    return output, time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def backtest(folder, cores=None):
    output, wall, cpu, memory = measured([WATCHER, "backtest", "--format", "json", folder], cores)
    report = json.loads(output)
    assert report["faults"] == 0, report["faults"]
    return report["events"], wall, cpu, memory


def best(runs):
    """The run that took the least CPU time: whatever else the machine does only adds to it."""
    return min(runs, key=lambda run: run[2])


def linked(source, target, times):
    """A folder that has all files so many times."""
    shutil.rmtree(target, ignore_errors=True)
    for number in range(times):
        shutil.copytree(source, target / str(number), copy_function=os.link)
    return target


def said(what, value, wanted=None, is_least=True):
    is_met = wanted is None or (value >= wanted if is_least else value <= wanted)
    limit = "" if wanted is None else f" (wanted: {'at least' if is_least else 'at most'} {wanted})"
    print(f"{what}: {value:.2f}{limit}{'' if is_met else '  NOT REACHED'}", flush=True)


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for arguments in (["-p", "account-watcher-cli", "--bin", "watcher"], ["-p", "records", "--example", "logs"]):
        subprocess.run(["cargo", "build", "--profile", "dist", "--locked", "--quiet", *arguments], check=True, cwd=ROOT)
    shutil.rmtree(LOGS, ignore_errors=True)
    whole, tenth = LOGS / "whole", LOGS / "tenth"
    for folder, size in ((whole, megabytes), (tenth, megabytes // 10)):
        subprocess.run([TOOL, "generate", folder, str(size)], check=True)
    files = sorted(path for path in tenth.rglob("*.gz"))
    cores = len(os.sched_getaffinity(0))

    gunzip = best([measured([TOOL, "gunzip", whole], 1) for _ in range(3)])
    size = int(re.match(rb"(\d+) bytes", gunzip[0])[1])
    one = best([backtest(whole, 1) for _ in range(3)])
    print(f"{one[0]:,} events, {size / 1e6:,.0f} MB unpacked", flush=True)
    said("gunzip alone, MB a second and core", size / gunzip[2] / 1e6)
    said("backtest, MB a second and core", size / one[2] / 1e6)
    said("backtest compared with gunzip alone", gunzip[2] / one[2], GUNZIP)
    if cores > 1:
        alone = min(backtest(whole, 1)[1] for _ in range(3))
        both = min(backtest(whole, 2)[1] for _ in range(3))
        said("two cores compared with one, by the clock", alone / both, SCALING)

    jq = 'zcat "$@" | jq -c \'.Records[] | select(.eventName == "CreateAccessKey")\' | wc -l'
    _, wall, cpu, _ = measured(["sh", "-c", jq, "sh", *files])
    tenth_size = int(re.match(rb"(\d+) bytes", measured([TOOL, "gunzip", tenth], 1)[0])[1])
    said("zcat | jq, MB a second of CPU time", tenth_size / cpu / 1e6)
    said("backtest compared with zcat | jq, by CPU time", (size / one[2]) / (tenth_size / cpu), JQ)

    ten = linked(whole, LOGS / "ten", 10)
    for name, folder in (("a tenth", tenth), ("all", whole), ("ten times", ten)):
        events, wall, _, memory = backtest(folder)
        said(f"memory in MB for {name}, {events:,} events in {wall:.1f} s", memory, MEGABYTES_OF_MEMORY, is_least=False)
    shutil.rmtree(ten)
    subprocess.run([TOOL, "one", LOGS / "one", "200"], check=True)
    events, _, _, memory = backtest(LOGS / "one")
    said(f"memory in MB for one file of 200 MB, {events:,} events", memory, MEGABYTES_OF_MEMORY, is_least=False)
    shutil.rmtree(LOGS)


if __name__ == "__main__":
    main()
