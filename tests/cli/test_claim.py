"""buckle claim: which cut of which cost would bring a claimed gain."""
import sys

from harness import CARAVAN, buckle, copy_of, expect, main

CHANNEL = {"channel", "what", "state", "cut", "most", "gain_pct", "first_order_pct", "equilibria", "residual", "converged"}


def claim(folder, study, gain, economy="XAL", *more):
    found = expect(buckle(folder, "claim", study, "--economy", economy, "--gain", gain, *more, "--format", "json"),
                   0).json()
    assert set(found) == {"economy", "target_pct", "converged", "seconds", "channels"}
    assert all(set(channel) == CHANNEL for channel in found["channels"])
    return {channel["channel"]: channel for channel in found["channels"]}


def test_a_reachable_claim_is_reached_to_four_digits(folder):
    found = claim(folder, CARAVAN, "0.05%")
    cost = found["trade-cost"]
    assert cost["state"] == "reached" and abs(cost["gain_pct"] / 0.05 - 1) < 1e-3 and 0 < cost["cut"] < 0.01
    assert all(channel["converged"] and channel["residual"] < 1e-6 for channel in found.values())


def test_a_larger_claim_takes_a_larger_cut(folder):
    small, large = (claim(folder, CARAVAN, gain)["trade-cost"]["cut"] for gain in ("0.5", "1 %"))
    assert small < large < 3 * small


def test_a_claim_out_of_reach_says_how_far_the_largest_cut_goes(folder):
    found = claim(folder, CARAVAN, "5%")
    fees = found["border-fees"]
    assert fees["state"] == "out-of-reach" and 0 < fees["gain_pct"] < 5
    assert found["tariffs-levied"]["state"] == "out-of-reach"
    answer = expect(buckle(folder, "claim", CARAVAN, "--economy", "XAL", "--gain", "5%"), 0, out="no: at most")
    assert "Every state is an equilibrium" in answer.out


def test_a_study_without_network_has_no_transport_to_cut(folder):
    import shutil
    study = copy_of(CARAVAN, folder)
    for name in ("network", "observed", "projects"):
        shutil.rmtree(study / name)
    shutil.rmtree(study / "scenarios")
    found = claim(folder, study, "0.1%")
    assert found["border-hours"]["state"] == "nothing-to-cut" and found["border-hours"]["cut"] is None
    assert found["trade-cost"]["state"] == "reached"


def test_what_makes_no_sense_is_refused(folder):
    expect(buckle(folder, "claim", CARAVAN, "--economy", "XAL", "--gain", "much"), 2, err="--gain")
    expect(buckle(folder, "claim", CARAVAN, "--economy", "XAL"), 2, err="--gain")
    expect(buckle(folder, "claim", CARAVAN, "--gain", "1%"), 2, err="economy")
    expect(buckle(folder, "claim", CARAVAN, "--economy", "XAX", "--gain", "1%"), 3, err="did you mean XAL")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
