import { expect, test } from "vitest";
import { sizeOf, sizeWords, textOf } from "./size_text";

test("a size goes into the fields and comes back", () => {
  for (const size of [
    { cores: 4, memory: "8g", executors: 20 },
    { cores: null, memory: null, executors: null },
  ])
    expect(sizeOf(textOf(size))).toEqual(size);
});

test("blanks in the memory are nobody's wish", () => {
  expect(sizeOf({ cores: "", memory: " 4 g ", executors: "" }).memory).toBe("4g");
});

test("a size is said in words", () => {
  expect(sizeWords({ cores: 1, memory: "2g", executors: null })).toBe("1 core, 2g of memory");
  expect(sizeWords({ cores: null, memory: null, executors: 3 })).toBe("at most 3 executors");
  expect(sizeWords({ cores: null, memory: null, executors: null })).toBeNull();
});
