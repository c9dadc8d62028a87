export const fromHtml = (/** @type {string} */ html) => ({ markdown: html, images: 0 });
