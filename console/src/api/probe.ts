import { ApiError } from "./errors";
import { besidePage, send } from "./http";
import { signedOut } from "./reach";

/** Find out whether the service is there and the session still holds; reach.ts then says so. */
export async function probe(): Promise<void> {
  try {
    await send(besidePage("session"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) signedOut();
  }
}
