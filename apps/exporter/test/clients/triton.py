"""Calls an exporter with the HTTP client of Triton; prints JSON of what it received."""
import json
import sys

import numpy
import tritonclient.http as http
from tritonclient.utils import InferenceServerException

client = http.InferenceServerClient(url=sys.argv[1])
numbers = {"hour": 17, "weekday": 5, "distance": 733, "origin_delay": 48, "destination_delay": 35}
texts = {"origin": "ORD", "destination": "LGA"}


def inputs(binary):
    made = []
    for name, value in numbers.items():
        made.append(http.InferInput(name, [1, 1], "FP32"))
        made[-1].set_data_from_numpy(numpy.array([[value]], dtype=numpy.float32), binary_data=binary)
    for name, value in texts.items():
        made.append(http.InferInput(name, [1, 1], "BYTES"))
        made[-1].set_data_from_numpy(numpy.array([[value]], dtype=numpy.object_), binary_data=binary)
    return made


def infer(binary, **options):
    outputs = [http.InferRequestedOutput("probability", binary_data=binary)]
    found = client.infer("late-flights", inputs(binary), outputs=outputs, **options)
    return float(found.as_numpy("probability").ravel()[0])


received = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready() and client.is_model_ready("late-flights"),
    "extensions": client.get_server_metadata()["extensions"],
    "versions": client.get_model_metadata("late-flights")["versions"],
    "probabilities": [
        infer(True),
        infer(False),
        infer(True, request_compression_algorithm="gzip"),
        infer(True, request_compression_algorithm="deflate"),
        infer(False, request_id="flight-1"),
    ],
}
try:
    client.infer("late-flights", inputs(True)[1:])
except InferenceServerException as error:
    received["error"] = error.message()
print(json.dumps(received))
