#!/usr/bin/env python3
"""What a million events cost in AWS: from the CPU time that cold_start.py measures, and what each kind of event asks of
the services.

    python3 benches/cost.py ALERT GROUPED UNMATCHED    # CPU milliseconds of a warm invocation, at full speed

List prices of us-east-1 without the free tiers, in dollars. https://aws.amazon.com/lambda/pricing/,
https://aws.amazon.com/dynamodb/pricing/on-demand/, https://aws.amazon.com/sns/pricing/,
https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/xray/pricing/
"""

import sys

MILLION = 1_000_000
# template.yaml: arm64, 128 MB. Lambda gives a function of 1,769 MB one processor, and others their share.
GIGABYTES = 128 / 1024
SHARE = 128 / 1769
GIGABYTE_SECOND = 0.0000133334
REQUESTS = 0.20  # a million, as all below
WRITES = 0.625
READS = 0.125
PUBLISHED = 0.50
LOGS = 0.50  # a gigabyte
# One request in twenty is traced, and the first of each second.
TRACES = 5.00 * 0.05

# Milliseconds that an answer takes, beside the CPU time: a connection that is open, in the same region; Slack's.
TABLE, TOPIC, SLACK = 5, 20, 200
# Bytes of the log: the event's line and the metrics' line.
LINES = 1_900

# Of each kind: writes, reads, messages published, and how long the function waits. Deliveries go out side by side.
KINDS = {
    # Slack and SNS: two claims, two marks, two turns.
    "alert": (6, 0, 1, 3 * TABLE + SLACK),
    # Two reads, and a transaction of two writes, which counts double.
    "grouped": (4, 2, 0, 3 * TABLE),
    "unmatched": (0, 0, 0, 0),
}


def report(**cpu):
    rows = [("a million events", "ms billed", "Lambda", "requests", "DynamoDB", "SNS", "logs", "traces", "sum")]
    for kind, (writes, reads, published, waits) in KINDS.items():
        billed = waits + cpu[kind] / SHARE
        dollars = [
            billed / 1e3 * GIGABYTES * GIGABYTE_SECOND * MILLION,
            REQUESTS,
            writes * WRITES + reads * READS,
            published * PUBLISHED,
            LINES * MILLION / 1e9 * LOGS,
            TRACES,
        ]
        rows.append((kind, f"{billed:.0f}", *(f"{dollar:.2f}" for dollar in (*dollars, sum(dollars)))))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    report(**dict(zip(KINDS, map(float, sys.argv[1:]))))
