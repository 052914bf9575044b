"""The model card (Mitchell et al. 2019, "Model cards for model reporting"), generated at every training."""

from __future__ import annotations

from training.outcome import Assessment, TrainingOutcome
from training.rendering import render


def render_card(outcome: TrainingOutcome, assessment: Assessment) -> str:
    """Return the card as Markdown. The same outcome gives the same bytes."""
    return render("CARD.md.j2", outcome=outcome, assessment=assessment)
