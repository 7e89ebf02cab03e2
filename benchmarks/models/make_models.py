"""Makes the ONNX models of `npm run bench:adapters`: pip install onnx==1.23.2 && python make_models.py

A Gemm-ReLU-Gemm network from k features over h hidden units to one score. Its weights are filled
in when it is loaded, so that each file has a few hundred bytes; what they are does not matter for
the time that it takes.
"""

import pathlib

import onnx
from onnx import TensorProto, helper, numpy_helper
import numpy as np

FOLDER = pathlib.Path(__file__).parent


def filled(name, shape):
    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [0.01])
    length = numpy_helper.from_array(np.array(shape, dtype=np.int64), f"{name}_shape")
    return helper.make_node("ConstantOfShape", [f"{name}_shape"], [name], value=value), length


for features, hidden in [(10, 16), (100, 16), (1000, 16), (100, 512)]:
    w1, w1_shape = filled("w1", [features, hidden])
    w2, w2_shape = filled("w2", [hidden, 1])
    nodes = [
        w1,
        w2,
        helper.make_node("MatMul", ["features", "w1"], ["sums"]),
        helper.make_node("Relu", ["sums"], ["units"]),
        helper.make_node("MatMul", ["units", "w2"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["score"]),
    ]
    graph = helper.make_graph(
        nodes,
        f"mlp-{features}-{hidden}",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", features])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])],
        initializer=[w1_shape, w2_shape],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    (FOLDER / f"mlp-{features}-{hidden}.onnx").write_bytes(model.SerializeToString())
