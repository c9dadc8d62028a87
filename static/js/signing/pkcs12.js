// @ts-check
/** Opens a PKCS#12 file in the browser and signs with its key, which never leaves this page. */
import { PFX } from "../../vendor/pkcs12.js";

const DATA = "1.2.840.113549.1.7.1";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
/** Curves by their object identifiers. */
const CURVES = { "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521" };

/**
 * Why a file cannot be used; the page has the words.
 * @typedef {"file" | "passphrase" | "encryption" | "key" | "certificate"} Problem
 */
export class Unusable extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

/**
 * A key that is ready to sign, with its certificate.
 * @typedef {object} Identity
 * @property {Uint8Array} certificate in DER
 * @property {Uint8Array[]} chain the other certificates of the file, in DER
 * @property {string} name
 * @property {string} issuer
 * @property {Date} validUntil
 * @property {(data: Uint8Array) => Promise<Uint8Array>} sign with SHA-256
 */

/**
 * Open a file. Throws Unusable.
 * @param {ArrayBuffer} content
 * @param {string} passphrase
 * @returns {Promise<Identity>}
 */
export async function open(content, passphrase) {
  const password = new TextEncoder().encode(passphrase).buffer;
  const { bags, isProven } = await bagsOf(content, password);
  const keys = [];
  for (const bag of bags) {
    if (bag.bagId === KEY_BAG) keys.push(bag.bagValue);
    if (bag.bagId === SHROUDED_KEY_BAG) keys.push(await unshrouded(bag.bagValue, password, isProven));
  }
  const certificates = bags.filter((bag) => bag.bagId === CERTIFICATE_BAG).map((bag) => bag.bagValue.parsedValue);
  if (!keys.length) throw new Unusable("key");
  if (!certificates.length) throw new Unusable("certificate");
  return identity(keys[0], certificates);
}

/**
 * Return what the file holds, once its integrity is checked with the passphrase; and whether that proved the passphrase.
 * @param {ArrayBuffer} content
 * @param {ArrayBuffer} password
 * @returns {Promise<{bags: any[], isProven: boolean}>}
 */
async function bagsOf(content, password) {
  let pfx;
  try {
    pfx = PFX.fromBER(content);
  } catch {
    throw new Unusable("file");
  }
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: Boolean(pfx.macData) });
  } catch (error) {
    throw new Unusable(/integrity/i.test(String(error)) ? "passphrase" : "encryption");
  }
  const safe = pfx.parsedValue?.authenticatedSafe;
  if (!safe) throw new Unusable("file");
  try {
    await safe.parseInternalValues({
      safeContents: safe.safeContents.map((/** @type {any} */ one) => (one.contentType === DATA ? {} : { password })),
    });
  } catch (error) {
    throw new Unusable(/Unknown|unsupported|not supported/i.test(String(error)) ? "encryption" : "passphrase");
  }
  const bags = safe.parsedValue.safeContents.flatMap((/** @type {any} */ one) => one.value.safeBags);
  return { bags, isProven: Boolean(pfx.macData) };
}

/**
 * Return a key that lies encrypted in the file.
 * @param {any} bag
 * @param {ArrayBuffer} password
 * @param {boolean} isProven whether the passphrase is known to be right
 */
async function unshrouded(bag, password, isProven) {
  try {
    await bag.parseInternalValues({ password });
    return bag.parsedValue;
  } catch (error) {
    throw new Unusable(/Unknown|unsupported|not supported/i.test(String(error)) ? "encryption" : isProven ? "key" : "passphrase");
  }
}

/**
 * Return the key with the certificate that belongs to it: the one that verifies what the key signs.
 * @param {any} info
 * @param {any[]} certificates
 * @returns {Promise<Identity>}
 */
async function identity(info, certificates) {
  const pkcs8 = info.toSchema().toBER();
  const { imported, signing } = algorithms(info.privateKeyAlgorithm);
  let key;
  try {
    key = await crypto.subtle.importKey("pkcs8", pkcs8, imported, false, ["sign"]);
  } catch {
    throw new Unusable("key");
  }
  const sign = async (/** @type {Uint8Array} */ data) =>
    new Uint8Array(await crypto.subtle.sign(signing, key, /** @type {BufferSource} */ (data)));
  const proof = new Uint8Array([1, 2, 3]);
  const signature = await sign(proof);
  for (const one of certificates) {
    if (!(await verifies(one, imported, signing, signature, proof))) continue;
    const others = certificates.filter((other) => other !== one);
    return {
      certificate: der(one), chain: others.map(der), name: nameOf(one.subject), issuer: nameOf(one.issuer),
      validUntil: one.notAfter.value, sign,
    };
  }
  throw new Unusable("certificate");
}

/**
 * Return how a key is taken in, and how it signs.
 * @param {any} algorithm
 */
function algorithms(algorithm) {
  if (algorithm.algorithmId === RSA) {
    const imported = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    return { imported, signing: imported };
  }
  const curve = CURVES[/** @type {keyof typeof CURVES} */ (algorithm.algorithmParams?.valueBlock?.toString?.() ?? "")];
  if (algorithm.algorithmId !== EC || !curve) throw new Unusable("key");
  return { imported: { name: "ECDSA", namedCurve: curve }, signing: { name: "ECDSA", hash: "SHA-256" } };
}

/**
 * Tell whether a certificate's key verifies a signature.
 * @param {any} certificate
 * @param {any} imported
 * @param {any} signing
 * @param {Uint8Array} signature
 * @param {Uint8Array} data
 */
async function verifies(certificate, imported, signing, signature, data) {
  try {
    const spki = certificate.subjectPublicKeyInfo.toSchema().toBER();
    const key = await crypto.subtle.importKey("spki", spki, imported, false, ["verify"]);
    return await crypto.subtle.verify(
      signing, key, /** @type {BufferSource} */ (signature), /** @type {BufferSource} */ (data));
  } catch {
    return false;
  }
}

/** @param {any} certificate */
const der = (certificate) => new Uint8Array(certificate.toSchema(true).toBER());

/**
 * Return the name by which people know who a certificate is of.
 * @param {any} name
 */
function nameOf(name) {
  const said = (/** @type {string} */ type) =>
    name.typesAndValues.find((/** @type {any} */ one) => one.type === type)?.value.valueBlock.value ?? "";
  return said("2.5.4.3") || said("2.5.4.10");
}
