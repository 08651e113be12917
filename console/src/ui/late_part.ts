const AGAIN_MS = 2_000;

/** Load a part of the page that is not there from the start; a service that is away is asked again until it is back. */
export async function latePart<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
