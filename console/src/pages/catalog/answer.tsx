import type { ComponentChildren } from "preact";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import type { Asked } from "./engine_answer";

export interface AnswerProps<T> {
  asked: Asked<T>;
  /** What is on its way, in words. */
  what: string;
  children: (data: T) => ComponentChildren;
}

/** Shows what the engine answered; until then why it takes long, or what was refused. */
export function Answer<T>({ asked: { data, waiting, error }, what, children }: AnswerProps<T>) {
  if (error) return <Failure error={error} />;
  if (data) return <>{children(data)}</>;
  if (!waiting) return <Loading what={what} />;
  return (
    <p class="engine-wait" role="status">
      {waiting}
      <span class="soft">This place is filled as soon as it answers.</span>
    </p>
  );
}
