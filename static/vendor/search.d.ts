// What static/vendor/search.js holds: finding and replacing, loaded only when somebody looks for something.
export {
  SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, openSearchPanel, replaceAll, replaceNext,
  search, searchPanelOpen, setSearchQuery,
} from "@codemirror/search";
