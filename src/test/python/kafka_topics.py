#!/usr/bin/python3
"""Makes topics, as Kafka's own kafka-topics.sh does it, as far as docs/bridges.md uses it."""
import sys

from confluent_kafka.admin import AdminClient, NewTopic

words = dict(zip(sys.argv[1:], sys.argv[2:]))
client = AdminClient({"bootstrap.servers": words["--bootstrap-server"]})
for made in client.create_topics([NewTopic(words["--topic"], int(words["--partitions"]), 1)]).values():
    made.result(60)
