// Runs before the first paint, so that a chosen theme does not flash. Not a module on purpose: modules wait for the document.
'use strict';
(() => {
  const chosen = localStorage.getItem('tandem.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
