/** What the overview and the history are narrowed to. Kept while the window is open, so that back finds it again. */
class Filters {
  overview = $state("");
  vendor = $state("");
  words = $state("");
  at = $state("");
  /** What is being typed into the box where a page is added. */
  adding = $state("");
}

export const filters = new Filters();
