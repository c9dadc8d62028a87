export const words = { fr: {}, en: {} };
