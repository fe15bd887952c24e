"""Counts faces by class, decade and keyword from a project's views, as one would without
`sitter report`: report_counts.py FILE.db"""
import collections
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
keywords = collections.defaultdict(set)
for source, keyword in db.execute("SELECT source, keyword FROM v_keyword"):
    keywords[source].add(keyword)
counts = collections.Counter()
for source, decade, key in db.execute("SELECT source, decade, class FROM v_face"):
    counts["all", key] += 1
    counts[decade, key] += 1
    for keyword in keywords[source]:
        counts[keyword, key] += 1
for (group, key), n in sorted(counts.items(), key=str):
    print(group, key, n)
