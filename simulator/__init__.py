"""The customs side: what an enterprise's messages meet. Read `pipeline.py` first."""

__version__ = "0.1.0"
