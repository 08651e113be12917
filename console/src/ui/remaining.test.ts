import { describe, expect, it } from "vitest";
import { Countdown, likelyText, remainingText } from "./remaining";

describe("what is left, in words", () => {
  it.each([
    [0.2, "about 1 s left"],
    [12.4, "about 12 s left"],
    [83, "about 1 min 20 s left"],
    [1_830, "about 31 min left"],
    [7_400, "about 2 h 5 min left"],
  ])("%d s", (seconds, text) => {
    expect(likelyText(seconds)).toBe(text);
  });

  it.each([
    [{ low: 8, likely: 12, high: 20 }, "about 12 s left, 8 to 20 s"],
    [{ low: 0.5, likely: 3, high: 8.2 }, "about 3 s left, up to 9 s"],
    [{ low: 11.8, likely: 12, high: 12.2 }, "about 12 s left"],
    [{ low: 130, likely: 200, high: 400 }, "about 3 min 20 s left, 2 to 7 min"],
    [{ low: 60, likely: 300, high: 4_000 }, "about 5 min left, 60 s to 1 h 10 min"],
  ])("with its range: %o", (remaining, text) => {
    expect(remainingText(remaining)).toBe(text);
  });
});

describe("the countdown", () => {
  it("goes on by itself, passes small corrections over, and takes large ones", () => {
    const countdown = new Countdown();
    countdown.hear({ low: 50, likely: 60, high: 80 }, 0);
    countdown.hear({ low: 45, likely: 54, high: 72 }, 5); // off by a second
    expect(countdown.left(10)).toEqual({ low: 40, likely: 50, high: 70 });
    countdown.hear({ low: 80, likely: 100, high: 120 }, 10);
    expect(countdown.left(10)).toEqual({ low: 80, likely: 100, high: 120 });
  });

  it("never falls below nothing, and ends when nothing is known", () => {
    const countdown = new Countdown();
    expect(countdown.left(0)).toBeNull();
    countdown.hear({ low: 1, likely: 2, high: 3 }, 0);
    expect(countdown.left(60)).toEqual({ low: 0, likely: 0, high: 0 });
    countdown.hear(null, 61);
    expect(countdown.left(61)).toBeNull();
  });
});
