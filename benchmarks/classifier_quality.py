"""How good, how honest and how fast the classifier is on texts of yours.

    uv run python benchmarks/classifier_quality.py DATA... [--hints FILE]
        [--against OTHER] [--labels-map FILE] [--json]

DATA (CSV or JSON lines) trains a model; its figures are cross-validated on DATA itself, five folds, near-duplicates
kept together; --hints names a file to learn from without being judged on. With --against, the same model is also
judged on OTHER, which it has not seen; --labels-map is a JSON object from DATA's labels to OTHER's. For times that
can be compared, leave OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE unset and the machine idle. Times are of one thread.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from classifier.calibration import PROMISES
from classifier.dataset import Example, read
from classifier.evaluate import Report, evaluate
from classifier.predict import Model, load
from classifier.train import train

TIMED = 2_000


def main() -> None:
    given = _arguments()
    examples = [example for path in given.data for example in read(path)]
    trained = train(examples, hints=read(given.hints) if given.hints else ())
    began = time.perf_counter()
    model = load(trained.data)
    found: Report = {"cross_validated": trained.metrics, "load_seconds": time.perf_counter() - began}
    found["microseconds"] = _microseconds(model, examples)
    if given.against:
        labels_map = json.loads(given.labels_map.read_text("utf-8")) if given.labels_map else None
        found["against"] = evaluate(model, read(given.against), labels_map)
    print(json.dumps(found, ensure_ascii=False, indent=1) if given.json else _table(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--hints", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--labels-map", type=Path)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _microseconds(model: Model, examples: list[Example]) -> dict[str, float]:
    """Of one prediction with its words, over TIMED texts, after a first round that warms the caches."""
    texts = [examples[turn % len(examples)].reading for turn in range(TIMED)]
    taken = []
    for text in texts[:100] + texts:
        began = time.perf_counter()
        model.predict(text)
        taken.append((time.perf_counter() - began) * 1e6)
    ordered = sorted(taken[100:])
    length = statistics.median(map(len, texts))
    return {"median": statistics.median(ordered), "p95": ordered[int(TIMED * 0.95)], "characters": length}


def _table(found: dict[str, Any]) -> str:
    crossed, speed = found["cross_validated"], found["microseconds"]
    lines = [f"cross-validated on {crossed['texts']} texts:", *_figures(crossed)]
    if "against" in found:
        lines += [f"against {found['against']['texts']} unseen texts:", *_figures(found["against"])]
    lines += [
        f"training           {crossed['train_seconds']:.1f} s, loading {found['load_seconds'] * 1e3:.0f} ms",
        f"model              {crossed['model_bytes']:,} bytes",
        f"one prediction     {speed['median']:.0f} us (95 %: {speed['p95']:.0f}), {speed['characters']:.0f} characters",
    ]
    return "\n".join(lines)


def _figures(report: Report) -> list[str]:
    lines = [
        f"  macro F1         {report['macro_f1']:.4f}",
        f"  accuracy         {report['accuracy']:.4f}",
        f"  calibration err. {report['calibration_error']:.4f}",
    ]
    for promise in PROMISES:
        kept = report["promised"][promise]
        share = "none" if kept["precision"] is None else f"{kept['coverage']:.4f} at {kept['precision']:.4f}"
        lines.append(f"  {promise}: best coverage {report['coverage_at_precision'][promise]:.4f}, promised {share}")
    sure = report["sure"]
    return [*lines, f"  sure             {sure['coverage']:.4f} at {sure['precision'] or 0:.4f}"]


if __name__ == "__main__":
    main()
