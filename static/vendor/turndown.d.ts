// What static/vendor/turndown.js holds: HTML to Markdown, loaded only when somebody pastes formatted text.
export { default as TurndownService } from "turndown";
