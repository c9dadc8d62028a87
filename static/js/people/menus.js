/** Menus of the header close when one clicks elsewhere or presses Escape. They open and close without this too. */

/**
 * @param {HTMLDetailsElement} menu
 * @returns {void}
 */
export function mount(menu) {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

for (const menu of document.querySelectorAll("details.menu")) {
  if (menu instanceof HTMLDetailsElement) mount(menu);
}
