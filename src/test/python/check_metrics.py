"""Reads metrics as Prometheus' own Python client does, and prints a line for each sample: name, labels in order, value.

    check_metrics.py FILE|URL [openmetrics]
"""

import sys
import urllib.request

where = sys.argv[1]
form = sys.argv[2] if len(sys.argv) > 2 else "plain"
accept = "application/openmetrics-text;version=1.0.0" if form == "openmetrics" else "text/plain;version=0.0.4"
if where.startswith("http://"):
    request = urllib.request.Request(where, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        if not answer.headers["Content-Type"].startswith(accept.split(";")[0]):
            sys.exit(f"asked for {accept}, got {answer.headers['Content-Type']}")
        text = answer.read().decode()
else:
    with open(where, encoding="utf-8") as file:
        text = file.read()

if form == "openmetrics":
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
else:
    from prometheus_client.parser import text_string_to_metric_families

for family in text_string_to_metric_families(text):
    if not family.documentation or family.type == "unknown":
        sys.exit(f"{family.name} has no help or no type")
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        print(f"{sample.name}{{{labels}}} {sample.value}")
