/** How somebody left a place. */
interface Left {
  scrolled: number;
  /** The address of the row that was pointed at last. */
  row: string | null;
}

/** A place may still be looked up when somebody comes back to it; for so long it is put back as it grows. */
const PATIENCE = 2000;
const OWN_WILL = ["wheel", "pointerdown", "keydown"] as const;

const rowOf = (main: HTMLElement, address: string | null): HTMLElement | undefined =>
  address === null
    ? undefined
    : [...main.querySelectorAll<HTMLElement>("[data-row]")].find(
        (row) => row.getAttribute("href") === address,
      );

/** How each place was left, so that it is found again like that. */
class LeftBehind {
  readonly #left = new Map<string, Left>();
  #end: (() => void) | undefined;

  #of(address: string): Left {
    let left = this.#left.get(address);
    if (!left) this.#left.set(address, (left = { scrolled: 0, row: null }));
    return left;
  }

  /** Somebody has scrolled a place; not where it is only being put back. */
  scrolled(address: string): void {
    if (!this.#end) this.#of(address).scrolled = scrollY;
  }

  /** Somebody has the focus on something. */
  focused(address: string, target: EventTarget | null): void {
    if (target instanceof Element && target.matches("main [data-row]")) {
      this.#of(address).row = target.getAttribute("href");
    }
  }

  /** Begins a place at its top. */
  begin(main: HTMLElement): void {
    this.#end?.();
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }

  /** Puts a place back as it was left, as soon as there is enough of it. */
  putBack(address: string, main: HTMLElement): void {
    this.#end?.();
    const { scrolled, row } = this.#of(address);
    const put = () => {
      if (document.activeElement === main || document.activeElement === document.body) {
        rowOf(main, row)?.focus({ preventScroll: true });
      }
      scrollTo(0, scrolled);
      const isDone = Math.abs(scrollY - scrolled) < 1 && (row === null || document.activeElement !== main);
      if (isDone) this.#end?.();
    };
    const watch = new ResizeObserver(put);
    const timer = setTimeout(() => this.#end?.(), PATIENCE);
    const stop = () => this.#end?.();
    for (const event of OWN_WILL) addEventListener(event, stop, { capture: true });
    this.#end = () => {
      this.#end = undefined;
      clearTimeout(timer);
      watch.disconnect();
      for (const event of OWN_WILL) removeEventListener(event, stop, { capture: true });
    };
    main.focus({ preventScroll: true });
    watch.observe(main);
    put();
  }
}

export const left = new LeftBehind();
