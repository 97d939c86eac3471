"""Whatever a script does wrong, it gets a Python exception that says what, and the
interpreter lives. Each case runs in an interpreter of its own."""

import signal
import subprocess
import sys
import time

import pytest

HEAD = """
import gymnasium, numpy as np, miniflow
ID = "miniflow/MiniGrid-DoorKey-5x5-v0"
def one(**k):
    env = gymnasium.make(ID, disable_env_checker=True, **k).unwrapped
    env.reset(seed=0)
    return env
def make(name, **k):
    env = gymnasium.make("miniflow/" + name, disable_env_checker=True, **k).unwrapped
    env.reset(seed=0)
    return env
def many(n=4, **k):
    env = gymnasium.make_vec(ID, num_envs=n, **k)
    env.reset(seed=0)
    return env
"""

CASES = [
    ("one().step(7)", "ValueError", "action 7 is not in [0, 7)"),
    ("one().step(-1)", "ValueError", "action -1 is not in"),
    ("one().step(2**64)", "ValueError", "is not in"),
    ("one().step(1.0)", "TypeError", "an action is an integer, not 1.0"),
    ("one().step('left')", "TypeError", "an action is an integer"),
    ("one().step(None)", "TypeError", "an action is an integer"),
    ("one().step(np.zeros(3, int))", "TypeError", "an action is an integer"),
    ("gymnasium.make(ID).unwrapped.step(0)", "ResetNeeded", "call reset before step"),
    ("gymnasium.make(ID, render_mode='rgb_array').unwrapped.render()", "ResetNeeded", "call reset"),
    ("e = one(max_steps=1); e.step(0); e.step(0)", "ResetNeeded", "the episode has ended"),
    ("e = one(); e.close(); e.close(); e.step(0)", "ClosedError", "the environment is closed"),
    ("e = one(); e.close(); e.reset()", "ClosedError", "the environment is closed"),
    ("e = one(render_mode='rgb_array'); e.close(); e.render()", "ClosedError", "the environment is closed"),
    ("e = one(); e.close(); e.snapshot()", "ClosedError", "the environment is closed"),
    ("one().restore(b'nonsense')", "ValueError", "not a snapshot"),
    ("e = gymnasium.make('miniflow/MiniGrid-DoorKey-5x5-v0').unwrapped; e.reset(); "
     "f = gymnasium.make('miniflow/MiniGrid-Empty-5x5-v0').unwrapped; f.reset(); f.restore(e.snapshot())", "ValueError", "of another environment"),
    ("one().restore('text')", "TypeError", "a snapshot is bytes"),
    ("one().reset(seed=-1)", "Error", "greater or equal to zero"),
    ("one().reset(seed='a')", "Error", "Seed must be a python integer"),
    ("one().reset(options=3)", "TypeError", "options must be a dict"),
    ("one().reset(options={'siez': 3})", "ValueError", "'siez' is unknown"),
    ("one().reset(seed=float('nan'))", "Error", "Seed must be a python integer"),
    ("one().reset(options={1: 2})", "ValueError", "options: 1 is unknown"),
    ("one(siez=3)", "TypeError", "parameter siez is unknown: there are size"),
    ("one(size='big')", "TypeError", "parameter size is 'big': want int"),
    ("one(size=-4)", "ValueError", "parameter size is -4"),
    ("one(size=float('nan'))", "TypeError", "parameter size is nan: want int"),
    ("one(size=[3])", "TypeError", "parameter size is [3]: want int"),
    ("one(max_steps=2**62)", "ValueError", "parameter max_steps is"),
    ("one(tile_size=10**6)", "ValueError", "parameter tile_size is 1000000"),
    ("one(highlight='yes')", "TypeError", "parameter highlight is 'yes': want bool"),
    ("one(size=10**30)", "ValueError", "parameter size is"),
    ("one(size=object())", "TypeError", "parameter size"),
    ("one(agent_view_size=4)", "ValueError", "want an odd number"),
    ("one(observation='smell')", "ValueError", "observation 'smell' is unknown: use one of"),
    ("one(observation=[1])", "ValueError", "is unknown: use one of"),
    ("one(wrap='nonsense')", "ValueError", "nonsense"),
    ("one(wrap=3)", "TypeError", "wrap is a text"),
    ("one(wrap='rgb_partial:tile=x')", "ValueError", "tile"),
    ("gymnasium.make('miniflow/MiniGrid-DoorKye-5x5-v0')", "NameNotFound", "DoorKey"),
    ("gymnasium.make('miniflow/nonsense')", "NameNotFound", "nonsense"),
    ("from miniflow.env import Env; Env('MiniGrid-DorKey-5x5-v0')", "NameNotFound", "did you mean MiniGrid-DoorKey-5x5-v0"),
    ("from miniflow.env import Env; Env(None)", "NameNotFound", "environment None is unknown"),
    ("miniflow.ids('minigird')", "ValueError", "use one of minigrid, miniworld"),
    ("one().unwrapped.gen_obs_grid(4)", "ValueError", "want an odd number"),
    ("one().unwrapped.get_frame(tile_size=-1)", "RuntimeError", "want 1 to 256"),
    ("one().restore(b'\\xff' * 5000)", "ValueError", "not a snapshot"),
    ("make('MiniGrid-WFC-MazeSimple-v0', pattern='/nowhere.png')", "ValueError", "no such file"),
    ("make('MiniWorld-Hallway-v0', obs_width=10**6)", "ValueError", "parameter obs_width is 1000000"),
    ("make('MiniWorld-Hallway-v0', observation='rgb+smell')", "ValueError", "use one of rgb, first_person"),
    ("make('HyperGrid-2x8', observation='rgb')", "ValueError", "observation 'rgb' is unknown"),
    ("make('HyperGrid-2x8', render_mode='rgb_array')", "ValueError", "constructions have no pictures"),
    ("make('Torus-2').step(np.full(3, np.nan))", "ValueError", "action element 0 is NaN"),
    ("make('Torus-2').step([0, np.inf, 0])", "ValueError", "action element 1 is +Inf"),
    ("make('Torus-2').step(3)", "ValueError", "the action has shape (): want (3,)"),
    ("make('Torus-2').step(np.zeros(3, complex))", "TypeError", "the action is of type complex128: want float64"),
    ("e = make('Torus-2'); e.close(); e.step(np.zeros(3))", "ClosedError", "the environment is closed"),
    ("gymnasium.make('miniflow/Torus-2').unwrapped.step(np.zeros(3))", "ResetNeeded", "call reset before step"),
    ("many().reset(seed=3.5)", "TypeError", "seed is 3.5: want None, a Python integer"),
    ("many().reset(seed=2**64 - 1)", "ValueError", "must be below 2**64"),
    ("many().step(np.array([2**63] * 4, np.uint64))", "ValueError", "is not in"),
    ("many().step([[0], [1, 2]])", "ValueError", "inhomogeneous"),
    ("many(threads=10**9)", "ValueError", "1000000000 threads"),
    ("many().restore(9, b'x')", "IndexError", "environment 9 of 4"),
    ("import resource; resource.setrlimit(resource.RLIMIT_AS, (5 << 30, 5 << 30)); gymnasium.make_vec('miniflow/MiniWorld-OneRoom-v0', num_envs=10**6).reset()",
     "MemoryError", "need 26.8 GiB: use fewer"),
    ("many(autoreset_mode=[1])", "ValueError", "autoreset_mode [1] is unknown"),
    ("many(np.float64(3))", "ValueError", "num_envs is np.float64(3.0)"),
    ("gymnasium.make(ID).unwrapped.pprint_grid()", "ResetNeeded", "call reset first"),
    ("gymnasium.make(ID).unwrapped.gen_obs()", "ResetNeeded", "call reset first"),
    ("gymnasium.make(ID).unwrapped.get_frame()", "ResetNeeded", "call reset first"),
    ("gymnasium.make(ID).unwrapped.front_pos", "ResetNeeded", "call reset first"),
    ("gymnasium.make(ID).unwrapped.dir_vec", "ResetNeeded", "call reset first"),
    ("e = one(); e.close(); e.pprint_grid()", "ClosedError", "the environment is closed"),
    ("e = one(); e.close(); e.gen_obs()", "ClosedError", "the environment is closed"),
    ("e = one(); e.np_random.random(); e.close(); e.step(0)", "ClosedError", "the environment is closed"),
    ("e = many(max_steps=1, autoreset_mode='DISABLED'); [e.step(np.zeros(4, int)) for _ in range(2)]", "ResetNeeded", "the option reset_mask"),
    ("make('MiniWorld-Hallway-v0', observation='depth', obs='rgb')", "ValueError", "observation and obs say the same"),
    ("make('MiniWorld-YMaze-v0', wrap='grid_map')", "ValueError", "no rectangle"),
    ("many().step(np.zeros(3, int))", "ValueError", "actions have shape (3,): want (4,)"),
    ("many().step(np.zeros(4))", "TypeError", "actions are of type float64: want int64"),
    ("many().step(np.full(4, 9))", "ValueError", "action 9 is not in"),
    ("many().step(np.array([0, 2**40, 0, 0]))", "ValueError", "lane 1: action 1099511627776 is not in"),
    ("many().step(['a', 'b', 'c', 'd'])", "TypeError", "actions are of type"),
    ("many().step(None)", "ValueError", "actions have shape"),
    ("e = many(); e.close(); e.close(); e.step(np.zeros(4, int))", "ClosedError", "the environment is closed"),
    ("e = many(); e.close(); e.reset()", "ClosedError", "the environment is closed"),
    ("gymnasium.make_vec(ID, num_envs=4).step(np.zeros(4, int))", "ResetNeeded", "call reset before step"),
    ("many(autoreset_mode='sometimes')", "ValueError", "use one of NEXT_STEP"),
    ("many(threads=0)", "ValueError", "threads is 0"),
    ("many(n=0)", "ValueError", "num_envs is 0"),
    ("gymnasium.make_vec(ID, num_envs=1 << 40)", "ValueError", "num_envs is 1099511627776: want at most 1048576"),
    ("gymnasium.make_vec(ID, num_envs=2, copy='no')", "TypeError", "copy is 'no': want True or False"),
    ("import pickle; e = one().unwrapped; e.close(); pickle.loads(pickle.dumps(e)).reset()", "ClosedError", "the environment is closed"),
    ("import pickle; e = many().unwrapped; e.close(); pickle.loads(pickle.dumps(e)).reset()", "ClosedError", "the environment is closed"),
    ("many().reset(seed=[1, 2])", "ValueError", "2 seeds for 4 environments"),
    ("many().reset(seed=[1, 2, 3, -4])", "Error", "greater or equal to zero"),
    ("many().reset(options={'reset_mask': [True] * 4})", "ValueError", "reset_mask must be a bool array of shape (4,)"),
    ("many().reset(options={'reset_mask': np.ones(5, bool)})", "ValueError", "reset_mask must be a bool array"),
    ("e = many(max_steps=1, autoreset_mode='DISABLED'); e.step(np.zeros(4, int)); e.step(np.zeros(4, int))", "ResetNeeded", "the episode has ended"),
    ("e = gymnasium.make('miniflow/HyperGrid-2x8').unwrapped; e.reset(seed=0); [e.step(0) for _ in range(99)]", "ValueError", "action"),
    ("miniflow._native.Handle(id='MiniGrid-Empty-5x5-v0').bind(0, 0, np.zeros(3, np.uint8))", "RuntimeError", "bad buffer"),
    ("h = miniflow._native.Handle(id='MiniGrid-Empty-5x5-v0'); miniflow._native._lib.mfStep(h.number + 99); h.number = 99; h.reset()", "ClosedError", "closed"),
    ("miniflow._native.Handle(id='MiniGrid-Empty-5x5-v0', nonsense=1)", "ValueError", "nonsense"),
    ("miniflow._native.Handle(id='MiniGrid-Empty-5x5-v0', params={'size': {}})", "ValueError", "size"),
]


def run(code, timeout=60):
    return subprocess.run([sys.executable, "-c", HEAD + code], capture_output=True, text=True, timeout=timeout)


@pytest.mark.parametrize("code,kind,text", CASES, ids=[c[0] for c in CASES])
def test_misuse(code, kind, text):
    done = run(code + "\nraise SystemExit('nothing was raised')")
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1, done.stderr
    assert last.split(":")[0].split(".")[-1] == kind, last
    assert text in last, last


def test_two_threads_on_one_environment():
    """They get an exception or each its turn; nothing breaks."""
    code = """
import threading
env, errors = many(2000), []
def work():
    try:
        for _ in range(200): env.step(np.zeros(2000, int))
    except RuntimeError as e: errors.append(str(e))
threads = [threading.Thread(target=work) for _ in range(3)]
[t.start() for t in threads]; [t.join() for t in threads]
assert all("another thread" in e for e in errors), errors
print("fine")
"""
    done = run(code)
    assert done.stdout.strip() == "fine", done.stderr


@pytest.mark.parametrize("call", ["env.step(np.zeros(4096, int))", "env.reset(seed=0)"])
def test_interrupt(call):
    """Ctrl-C during calls is a KeyboardInterrupt, and the environment goes on."""
    code = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
env = many(4096)
print("ready", flush=True)
try:
    while True: {call}
except KeyboardInterrupt:
    env.step(np.zeros(4096, int))
    print("fine", flush=True)
"""
    p = subprocess.Popen([sys.executable, "-c", HEAD + code], stdout=subprocess.PIPE, text=True)
    assert p.stdout.readline().strip() == "ready"
    time.sleep(0.3)
    p.send_signal(signal.SIGINT)
    assert p.communicate(timeout=30)[0].strip() == "fine"


def test_misuse_in_one_process():
    """After all of these mistakes the interpreter still works."""
    code = "import contextlib, warnings; warnings.simplefilter('ignore')\n"
    for wrong, *_ in CASES:
        code += f"with contextlib.suppress(Exception):\n    exec({wrong!r})\n"
    done = run(code + "one().step(0); many().step(np.zeros(4, int)); print('fine')")
    assert done.stdout.strip() == "fine", done.stderr


def test_many_environments_come_and_go():
    code = """
import gc
for k in range(3000):
    env = gymnasium.make(ID, disable_env_checker=True); env.reset(seed=k)
gc.collect()
h = miniflow._native.Handle(id="MiniGrid-Empty-5x5-v0")
assert h.number < 100, h.number
print("fine")
"""
    assert run(code).stdout.strip() == "fine"
