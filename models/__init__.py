"""The shipped model: model.joblib, manifest.json and CARD.md."""
