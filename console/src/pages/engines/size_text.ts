import type { EngineSize } from "../../api/types";
import { counted } from "../../ui/format";

/** A size as it stands in the fields of a form; empty is as the settings say. */
export interface SizeText {
  cores: string;
  memory: string;
  executors: string;
}

export function textOf({ cores, memory, executors }: EngineSize): SizeText {
  return {
    cores: cores === null ? "" : String(cores),
    memory: memory ?? "",
    executors: executors === null ? "" : String(executors),
  };
}

export function sizeOf({ cores, memory, executors }: SizeText): EngineSize {
  return {
    cores: cores === "" ? null : Number(cores),
    memory: memory.replace(/\s/g, "") || null,
    executors: executors === "" ? null : Number(executors),
  };
}

/** Say what was asked for in a few words; null when nothing was. */
export function sizeWords({ cores, memory, executors }: EngineSize): string | null {
  const words = [
    cores === null ? null : counted(cores, "core"),
    memory === null ? null : `${memory} of memory`,
    executors === null ? null : `at most ${counted(executors, "executor")}`,
  ];
  return words.filter(Boolean).join(", ") || null;
}
