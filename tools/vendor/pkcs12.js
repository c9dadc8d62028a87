// What static/vendor/pkcs12.js holds: PKCS#12 files opened in the browser, loaded only where somebody signs.
export { Certificate, PFX } from "pkijs";
