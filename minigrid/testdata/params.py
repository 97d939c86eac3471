"""Records params.jsonl.gz: worlds of minigrid==3.2.0 with other parameters than the
registered ones, for TestParametersOfTheOriginal. Usage: python params.py > params.jsonl

One JSON object a line: id, params (as miniflow names them), seed, actions, and of
the episode: mission, max_steps, hash of the state after the reset, and trace, a hash of
every step. A hash is FNV-1a 64 as in ../../testdata/golden (image, map, direction,
position, carried thing); trace goes on over each state's hash, reward and flags.
"""
import json, random, struct, sys
import gymnasium, minigrid
from minigrid.core.world_object import Lava, Wall

def fnv(data, h=0xCBF29CE484222325):
    for b in data:
        h = (h ^ b) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return h

def state(env, obs):
    x, y = int(env.agent_pos[0]), int(env.agent_pos[1])
    held = bytes(env.carrying.encode()) if env.carrying else b"\xff\xff\xff"
    return fnv(obs["image"].tobytes() + env.grid.encode().tobytes() + bytes([env.agent_dir]) + struct.pack("<ii", x, y) + held)

def odd(lo, hi): return lambda r: r.randrange(lo, hi, 2)
def num(lo, hi): return lambda r: r.randrange(lo, hi)
def one(*of): return lambda r: r.choice(of)
def cell(n): return lambda r: r.choice([[], [r.randrange(1, n), r.randrange(1, n)]])

start = {"agent_start_pos": cell(3), "agent_start_dir": num(0, 4)}
FAMILIES = {
    "MiniGrid-Empty-8x8-v0": {"size": num(4, 14), **start},
    "MiniGrid-DoorKey-8x8-v0": {"size": num(5, 14)},
    "MiniGrid-LavaCrossingS9N1-v0": {"size": odd(5, 16), "num_crossings": num(0, 14), "obstacle_type": one("lava", "wall")},
    "MiniGrid-LavaGapS7-v0": {"size": num(5, 14), "obstacle_type": one("lava", "wall")},
    "MiniGrid-DistShift1-v0": {"width": num(5, 14), "height": num(5, 12), "strip2_row": num(0, 5), **start},
    "MiniGrid-FourRooms-v0": {"agent_pos": cell(18), "goal_pos": cell(18)},
    "MiniGrid-LockedRoom-v0": {"size": num(12, 26)},
    "MiniGrid-MemoryS13-v0": {"size": odd(7, 20), "random_length": one(True, False)},
    "MiniGrid-MultiRoom-N6-v0": {"minNumRooms": num(1, 4), "maxNumRooms": num(4, 7), "maxRoomSize": num(4, 9), "width": num(20, 30), "height": num(20, 30)},
    "MiniGrid-RedBlueDoors-8x8-v0": {"size": num(4, 14)},
    "MiniGrid-Dynamic-Obstacles-8x8-v0": {"size": num(5, 14), "n_obstacles": num(0, 9), **start},
    "MiniGrid-Fetch-8x8-N3-v0": {"size": num(5, 12), "numObjs": num(1, 8)},
    "MiniGrid-GoToDoor-8x8-v0": {"size": num(5, 14)},
    "MiniGrid-GoToObject-8x8-N2-v0": {"size": num(5, 12), "numObjs": num(1, 8)},
    "MiniGrid-PutNear-8x8-N3-v0": {"size": num(10, 14), "numObjs": num(2, 5)},
    "MiniGrid-KeyCorridorS3R3-v0": {"num_rows": num(1, 6), "obj_type": one("ball", "box", "key"), "room_size": num(3, 9)},
    "MiniGrid-ObstructedMaze-1Dlhb-v0": {"key_in_box": one(True, False), "blocked": one(True, False)},
    "MiniGrid-ObstructedMaze-Full-v0": {"agent_room": lambda r: [r.randrange(3), r.randrange(3)], "key_in_box": one(True, False),
        "blocked": one(True, False), "num_quarters": num(1, 5), "num_rooms_visited": num(1, 30)},
    "MiniGrid-Unlock-v0": {}, "MiniGrid-UnlockPickup-v0": {}, "MiniGrid-BlockedUnlockPickup-v0": {}, "MiniGrid-Playground-v0": {},
}
FAMILIES["MiniGrid-ObstructedMaze-Full-v1"] = FAMILIES["MiniGrid-ObstructedMaze-Full-v0"]

for id, space in FAMILIES.items():
    for k in range(6):
        r = random.Random(f"{id} {k}")
        params = {name: draw(r) for name, draw in space.items()}
        if k % 2:
            params["agent_view_size"] = r.choice([3, 5, 9, 11])
            params["max_steps"] = r.randrange(5, 60)
        kwargs = {n: None if v == [] else tuple(v) if isinstance(v, list) else v for n, v in params.items()}
        if id == "MiniGrid-LavaGapS7-v0":
            kwargs["obstacle_type"] = {"lava": Lava, "wall": Wall}[params["obstacle_type"]]
        env = gymnasium.make(id, **kwargs).unwrapped
        obs, _ = env.reset(seed=k)
        line = {"id": id, "params": params, "seed": k, "mission": env.mission, "max_steps": env.max_steps, "hash": "%016x" % state(env, obs)}
        actions, trace = [], 0xCBF29CE484222325
        for _ in range(80):
            a = r.choice([0, 1, 2, 2, 2, 3, 4, 5]) if env.action_space.n == 7 else r.randrange(3)
            obs, reward, terminated, truncated, _ = env.step(a)
            actions.append(a)
            trace = fnv(struct.pack("<Qd??", state(env, obs), reward, terminated, truncated), trace)
            if terminated or truncated:
                break
        print(json.dumps({**line, "actions": actions, "trace": "%016x" % trace}))
