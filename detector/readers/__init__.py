"""Crawl files to records, streaming: WARC, WET, JSONL, Parquet and folders of HTML, cut into parts."""
