"""Reads metrics as Prometheus' own Python client does, and prints a line for each sample: name, labels in order, value.

    check_metrics.py FILE
"""

import sys

from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8") as text:
    for family in text_string_to_metric_families(text.read()):
        if not family.documentation or family.type == "unknown":
            sys.exit(f"{family.name} has no help or no type")
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            print(f"{sample.name}{{{labels}}} {sample.value}")
