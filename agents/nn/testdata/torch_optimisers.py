"""Writes torch_optimisers.json: what PyTorch's optimisers make of five float64 parameters in six steps.

Gradient of parameter i in step t (from 0): sin(i + 2 t + 1). Starting values: 0.5, -1, 1.5, -2, 2.5. Learning rates drop to
a half after the third step.
"""
import json, math, torch

CASES = {
    "adam": (torch.optim.Adam, dict(lr=0.1)),
    "adam decay": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.99), eps=1e-5, weight_decay=0.1)),
    "adamw": (torch.optim.AdamW, dict(lr=0.1)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01)),
    "rmsprop decay": (torch.optim.RMSprop, dict(lr=0.02, alpha=0.9, eps=1e-5, weight_decay=0.1)),
    "sgd": (torch.optim.SGD, dict(lr=0.1)),
    "sgd momentum": (torch.optim.SGD, dict(lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1)),
    "sgd nesterov": (torch.optim.SGD, dict(lr=0.1, momentum=0.9, nesterov=True)),
}
out = {"torch": torch.__version__}
for name, (cls, kw) in CASES.items():
    w = torch.nn.Parameter(torch.tensor([0.5, -1, 1.5, -2, 2.5], dtype=torch.float64))
    opt = cls([w], **kw)
    steps = []
    for t in range(6):
        if t == 3:
            opt.param_groups[0]["lr"] /= 2
        w.grad = torch.tensor([math.sin(i + 2 * t + 1) for i in range(5)], dtype=torch.float64)
        opt.step()
        steps.append(w.tolist())
    out[name] = steps
json.dump(out, open("torch_optimisers.json", "w"), indent=1)
