"""Figures, their goals, and the comparison with those kept."""

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(__file__).parent.parent / "figures.json"
TOLERANCE = 0.30


@dataclass
class Figure:
    name: str
    value: float
    unit: str
    # "higher" or "lower"
    better: str
    goal: float | None = None

    @property
    def is_met(self):
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def is_worse_than(self, kept):
        if self.better == "higher":
            return self.value < kept * (1 - TOLERANCE)
        return self.value > kept * (1 + TOLERANCE)


class Figures:
    def __init__(self):
        self.measured = []

    def add(self, name, value, unit, better, goal=None):
        self.measured.append(Figure(name, float(value), unit, better, goal))

    def table(self):
        lines = ["| figure | measured | goal | met |", "| --- | ---: | ---: | --- |"]
        for figure in self.measured:
            sign = "≥" if figure.better == "higher" else "≤"
            goal = "–" if figure.goal is None else f"{sign} {figure.goal:g} {figure.unit}".strip()
            met = {True: "yes", False: "no", None: "–"}[figure.is_met]
            lines.append(f"| {figure.name} | {figure.value:.4g} {figure.unit} | {goal} | {met} |")
        return "\n".join(lines)

    def check(self):
        """Whether no figure is 30 % worse than the one kept. A figure that is not kept passes and is named."""
        kept = json.loads(KEPT.read_text())["figures"]
        passed = True
        for figure in self.measured:
            if figure.name not in kept:
                print(f"not kept yet: {figure.name}")
            elif figure.is_worse_than(kept[figure.name]["value"]):
                passed = False
                before = kept[figure.name]["value"]
                print(f"WORSE: {figure.name}: {figure.value:.4g} {figure.unit}, kept {before:.4g}")
        print("bench: the figures hold" if passed else "bench: figures are 30 % worse than those kept")
        return passed

    def record(self):
        """Keeps what was measured; what was not measured this time stays as it is."""
        kept = json.loads(KEPT.read_text())["figures"] if KEPT.exists() else {}
        for figure in self.measured:
            entry = {"value": float(f"{figure.value:.4g}"), "unit": figure.unit, "better": figure.better}
            if figure.goal is not None:
                entry["goal"] = figure.goal
            kept[figure.name] = entry
        machine = {"cores": os.cpu_count(), "system": platform.platform()}
        KEPT.write_text(json.dumps({"machine": machine, "figures": kept}, indent=2, ensure_ascii=False) + "\n")
