import type { Stage } from "../../api/types";
import { bytes, count, counted, duration } from "../../ui/format";
import type { Figure } from "./figure_list";

/** What a stage did; figures that are nothing are left out. */
export function stageFigures(stage: Stage): Figure[] {
  const figures: Figure[] = [["Tasks", tasks(stage)]];
  const add = (name: string, text: string, isThere: boolean): void => {
    if (isThere) {
      figures.push([name, text]);
    }
  };
  const ended = stage.num_complete_tasks;
  add("Task time", duration(stage.run_time_ms), stage.run_time_ms > 0);
  add("Each task", duration(stage.run_time_ms / Math.max(1, ended)), ended > 0 && stage.run_time_ms > 0);
  add("Processor time", duration(stage.cpu_time_ns / 1e6), stage.cpu_time_ns > 0);
  add("Read", sized(stage.input_bytes, stage.input_rows), stage.input_bytes + stage.input_rows > 0);
  add(
    "Shuffle read",
    sized(stage.shuffle_read_bytes, stage.shuffle_read_rows),
    stage.shuffle_read_bytes + stage.shuffle_read_rows > 0,
  );
  add(
    "Shuffle written",
    sized(stage.shuffle_write_bytes, stage.shuffle_write_rows),
    stage.shuffle_write_bytes + stage.shuffle_write_rows > 0,
  );
  add("Written", sized(stage.output_bytes, stage.output_rows), stage.output_bytes + stage.output_rows > 0);
  add("Spilled", bytes(stage.spilled_bytes), stage.spilled_bytes > 0);
  return figures;
}

function tasks(stage: Stage): string {
  const parts = [`${count(stage.num_completed_indices)} of ${count(stage.num_tasks)} done`];
  const add = (number: number, word: string): void => {
    if (number > 0) {
      parts.push(`${count(number)} ${word}`);
    }
  };
  add(stage.num_active_tasks, "running");
  add(stage.num_failed_tasks, "failed");
  add(stage.num_killed_tasks, "killed");
  return parts.join(", ");
}

function sized(size: number, rows: number): string {
  const said = size > 0 ? [bytes(size)] : [];
  return rows > 0 ? [...said, counted(rows, "row")].join(", ") : said.join("");
}
