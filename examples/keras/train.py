"""Trains the model of this example and converts it to TensorFlow.js.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python train.py

Reads the bird strikes of the npm package vega-datasets: reports of US aircraft that hit birds, 1990
to 2002. The model says how likely a strike did damage. It learns from the strikes before 1998.
Writes the model to model/ and what Keras itself predicts for the first strikes of 1998 to
expected.json; both sides compute in float32.
"""

import json
import pathlib
import tempfile

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from tensorflowjs.converters import convert_tf_saved_model

FOLDER = pathlib.Path(__file__).parent
TABLE = FOLDER.parent.parent / "node_modules/vega-datasets/data/birdstrikes.csv"
FIRST_LATER_DATE = "1998-01-01"
EXPECTED_ROWS = 300

CATEGORIES = {
    "wildlife_size": "Wildlife Size",
    "phase_of_flight": "Phase of flight",
    "time_of_day": "Time of day",
}

keras.utils.set_random_seed(7)
tf.config.experimental.enable_op_determinism()


def features(rows):
    speed = pd.to_numeric(rows["Speed IAS in knots"], errors="coerce")
    return {
        "speed": tf.constant(speed.to_numpy(np.float32)),
        **{name: tf.constant(rows[column].to_list()) for name, column in CATEGORIES.items()},
    }


class Strikes(tf.Module):
    """The model with all that prepares its inputs: strings and missing speeds go in as they are."""

    def __init__(self, training):
        super().__init__()
        self.codes = {name: code_table(training[name]) for name in CATEGORIES}
        self.model = build_model({name: int(self.codes[name].size()) for name in CATEGORIES})

    def prepare(self, inputs):
        known = tf.logical_not(tf.math.is_nan(inputs["speed"]))
        speed = tf.where(known, inputs["speed"] / 150.0, 1.0)
        return {
            "numbers": tf.stack([speed, tf.cast(known, tf.float32)], axis=1),
            **{name: self.codes[name].lookup(inputs[name]) for name in CATEGORIES},
        }

    @tf.function(
        input_signature=[
            {
                "speed": tf.TensorSpec([None], tf.float32, "speed"),
                **{name: tf.TensorSpec([None], tf.string, name) for name in CATEGORIES},
            }
        ]
    )
    def predict(self, inputs):
        return {"probability": tf.reshape(self.model(self.prepare(inputs)), [-1])}


def code_table(values):
    """1, 2, … for the categories of the training rows in the order of the alphabet, 0 for others."""
    categories = sorted({value.decode() for value in values.numpy()})
    codes = tf.range(1, len(categories) + 1)
    return tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(tf.constant(categories), codes), default_value=0
    )


def build_model(categories):
    inputs = {"numbers": keras.Input(shape=(2,), name="numbers")}
    columns = [inputs["numbers"]]
    for name, count in categories.items():
        inputs[name] = keras.Input(shape=(), name=name, dtype="int32")
        columns.append(keras.layers.Embedding(count + 1, 3)(inputs[name]))
    hidden = keras.layers.Dense(16, activation="relu")(keras.layers.concatenate(columns))
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))


def convert(strikes):
    """A graph model, which keeps the tables; the layers format would be that of Keras 2."""
    with tempfile.TemporaryDirectory() as saved:
        tf.saved_model.save(strikes, saved, signatures=strikes.predict)
        convert_tf_saved_model(saved, str(FOLDER / "model"), use_structured_outputs_names=True)


table = pd.read_csv(TABLE, keep_default_na=False)
damage = (table["Effect Amount of damage"] != "None").to_numpy(np.float32)
later = (table["Flight Date"] >= FIRST_LATER_DATE).to_numpy()

strikes = Strikes(features(table[~later]))
strikes.model.compile(
    optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["auc"]
)
training = strikes.prepare(features(table[~later]))
strikes.model.fit(training, damage[~later], epochs=15, batch_size=64, verbose=0)
loss, auc = strikes.model.evaluate(
    strikes.prepare(features(table[later])), damage[later], verbose=0
)
print(
    f"{later.sum()} later strikes, {damage[later].mean():.3f} with damage:"
    f" log loss {loss:.4f}, AUC {auc:.3f}"
)

convert(strikes)
first = strikes.prepare(features(table[later].head(EXPECTED_ROWS)))
expected = strikes.model.predict(first, verbose=0)[:, 0]
(FOLDER / "expected.json").write_text(
    json.dumps([float(f"{value:.9g}") for value in expected.tolist()]) + "\n"
)
