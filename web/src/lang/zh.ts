import { en } from "./en.ts";
import type { Strings } from "../i18n.ts";

export const zh: Strings = { ...en };
