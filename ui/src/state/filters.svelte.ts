/** What the history is narrowed to. Kept while the window is open, so that back finds it again. */
class Filters {
  vendor = $state("");
  words = $state("");
  at = $state("");
}

export const filters = new Filters();
