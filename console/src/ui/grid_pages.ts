/** The rows of a result by page: what is looked at is fetched, what was passed is not waited for. */

import type { Cell } from "./grid_json";

/** Rows of one page. */
export const PAGE_ROWS = 200;

const MOST_PAGES = 120;
const MOST_CHARACTERS = 48 << 20; // of JSON, over all pages that are kept
const START_AFTER_MS = 80; // so that a fast scroll asks for where it stops
const AGAIN_AFTER_MS = 2_000;
const AT_ONCE = 4; // requests

/** Rows that were read, and how much there is by now. */
export interface Read {
  rows: Cell[][];
  row_count: number;
  is_complete: boolean;
  characters: number;
}

/** Read `limit` rows from `offset`; fails with the client's errors. */
export type ReadRows = (offset: number, limit: number, signal: AbortSignal) => Promise<Read>;

/** Who is told. */
export interface PagesListener {
  /** Rows `first` to `last` (included) are there now. */
  arrived(first: number, last: number): void;
  /** Rows could not be read; null: they can again. */
  trouble(error: unknown): void;
}

type PageRange = readonly [first: number, last: number];

const NO_PAGES: PageRange = [0, -1];

interface Page {
  rows: Cell[][];
  characters: number;
}

/** Keeps a bounded number of pages, the last used ones. */
export class ResultPages {
  /** Rows that there are by now. */
  rowCount = 0;

  readonly #read: ReadRows;
  readonly #listener: PagesListener;
  readonly #pages = new Map<number, Page>(); // in the order of their use
  readonly #requests = new Map<number, AbortController>();
  #characters = 0;
  #wanted: PageRange = NO_PAGES;
  #ready: PageRange = NO_PAGES; // wanted besides what is looked at
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(read: ReadRows, listener: PagesListener) {
    this.#read = read;
    this.#listener = listener;
  }

  /** Give a row, or nothing if it is not here (yet). */
  row(index: number): Cell[] | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS];
  }

  /** Take how many rows there are by now; fewer than before: the job began anew, and true is given. */
  setRowCount(rowCount: number): boolean {
    const isAnew = rowCount < this.rowCount;
    if (isAnew) this.#clear();
    this.rowCount = rowCount;
    this.#schedule(0);
    return isAnew;
  }

  /** Say which rows are looked at: they are fetched, and requests for others are given up. */
  want(first: number, last: number): void {
    this.#wanted = pagesOf(first, last);
    this.#schedule(START_AFTER_MS);
  }

  /** Say which rows are to be here too, though nobody may look at them. */
  keepReady(first: number, last: number): void {
    this.#ready = pagesOf(first, last);
    this.#schedule(START_AFTER_MS);
  }

  /** Give up all requests and forget all rows. */
  close(): void {
    this.#wanted = this.#ready = NO_PAGES;
    this.#clear();
    clearTimeout(this.#timer);
  }

  #schedule(milliseconds: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#fetchWanted();
    }, milliseconds);
  }

  #fetchWanted(): void {
    for (const [number, request] of this.#requests) {
      if (this.#isWanted(number)) continue;
      request.abort();
      this.#requests.delete(number);
    }
    for (const [first, last] of [this.#wanted, this.#ready]) {
      for (let number = first; number <= last && this.#requests.size < AT_ONCE; number += 1) {
        this.#touch(number);
        if (this.#lacks(number) && !this.#requests.has(number)) void this.#fetch(number);
      }
    }
  }

  #isWanted(number: number): boolean {
    return [this.#wanted, this.#ready].some(([first, last]) => number >= first && number <= last);
  }

  async #fetch(number: number): Promise<void> {
    const request = new AbortController();
    this.#requests.set(number, request);
    try {
      const read = await this.#read(number * PAGE_ROWS, PAGE_ROWS, request.signal);
      if (request.signal.aborted) return;
      this.#keep(number, read);
      this.#listener.trouble(null);
      this.#listener.arrived(number * PAGE_ROWS, number * PAGE_ROWS + read.rows.length - 1);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#listener.trouble(error);
      this.#schedule(AGAIN_AFTER_MS);
    } finally {
      if (this.#requests.get(number) === request) {
        this.#requests.delete(number);
        if (!this.#timer) this.#fetchWanted();
      }
    }
  }

  #keep(number: number, read: Read): void {
    this.#drop(number);
    this.#pages.set(number, { rows: read.rows, characters: read.characters });
    this.#characters += read.characters;
    for (const old of [...this.#pages.keys()]) {
      if (this.#pages.size <= MOST_PAGES && this.#characters <= MOST_CHARACTERS) return;
      if (!this.#isWanted(old)) this.#drop(old);
    }
  }

  #lacks(number: number): boolean {
    const first = number * PAGE_ROWS;
    const here = this.#pages.get(number)?.rows.length ?? 0;
    return here < PAGE_ROWS && first + here < this.rowCount;
  }

  #touch(number: number): void {
    const page = this.#pages.get(number);
    if (!page) return;
    this.#pages.delete(number);
    this.#pages.set(number, page);
  }

  #drop(number: number): void {
    this.#characters -= this.#pages.get(number)?.characters ?? 0;
    this.#pages.delete(number);
  }

  #clear(): void {
    for (const request of this.#requests.values()) request.abort();
    this.#requests.clear();
    this.#pages.clear();
    this.#characters = 0;
  }
}

function pagesOf(first: number, last: number): PageRange {
  return [Math.max(0, Math.floor(first / PAGE_ROWS)), Math.floor(last / PAGE_ROWS)];
}
