// Who is who: the names that the server sends along, by id.

/** @typedef {{acronym: string, name: string, colour: string}} Organisation */

export class Names {
  constructor() {
    /** @type {Map<number, string>} */
    this.people = new Map();
    /** @type {Map<number, Organisation>} */
    this.organisations = new Map();
  }

  /** Takes what a message brings. @param {{people?: Record<string, string>, organisations?: Record<string, Organisation>}} message */
  learn({ people = {}, organisations = {} }) {
    for (const [id, name] of Object.entries(people)) this.people.set(Number(id), name);
    for (const [id, organisation] of Object.entries(organisations)) this.organisations.set(Number(id), organisation);
  }

  /** @param {number} id */
  person(id) {
    return this.people.get(id) ?? "?";
  }

  /** @param {number | null} id @returns {Organisation} */
  organisation(id) {
    return this.organisations.get(id ?? 0) ?? { acronym: "?", name: "?", colour: "brown" };
  }
}
