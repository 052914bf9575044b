"""The file to give to ``spark-submit``: ``detector/spark.py`` says what it does, docs/crawls.md how."""

from detector.spark import main

if __name__ == "__main__":
    main()
