import { useCallback, useRef, useState } from "preact/hooks";
import type { Progress } from "../../api/types";
import { placeOfStage, subjobKey } from "./work_rows";

/** Which row of the timeline is chosen, and which subjobs the reader has opened or shut. */
export interface WorkSelection {
  selected: string | null;
  turned: ReadonlyMap<string, boolean>;
  /** Whether the chosen row is to get the focus as soon as it is drawn. */
  wantsFocus: { current: boolean };
  select: (key: string | null, options?: { withFocus: boolean }) => void;
  turn: (key: string, isOpen: boolean) => void;
  /** Choose a stage by its number and bring it into sight, opening its subjob. */
  showStage: (progress: Progress, stageId: number) => void;
}

export function useWorkSelection(): WorkSelection {
  const [selected, setSelected] = useState<string | null>(null);
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const wantsFocus = useRef(false);

  const select = useCallback((key: string | null, options = { withFocus: false }) => {
    wantsFocus.current = options.withFocus;
    setSelected(key);
  }, []);
  const turn = useCallback((key: string, isOpen: boolean) => {
    setTurned((before) => new Map(before).set(key, isOpen));
  }, []);
  const showStage = useCallback(
    (progress: Progress, stageId: number) => {
      const place = placeOfStage(progress, stageId);
      if (place !== null) {
        turn(subjobKey(place.subjobId), true);
        select(place.key, { withFocus: true });
      }
    },
    [select, turn],
  );
  return { selected, turned, wantsFocus, select, turn, showStage };
}
