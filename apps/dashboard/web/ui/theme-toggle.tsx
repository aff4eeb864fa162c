// Cycles through system, light and dark.
import { type LucideIcon, Moon, Sun, SunMoon } from "lucide-react";
import { text } from "../i18n/en.ts";
import { IconButton } from "./icon-button.tsx";
import { setTheme, type Theme, useTheme } from "./theme.ts";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICON: Record<Theme, LucideIcon> = { system: SunMoon, light: Sun, dark: Moon };

export function ThemeToggle() {
  const theme = useTheme();
  return <IconButton icon={ICON[theme]} label={text.theme[theme]} onClick={() => setTheme(NEXT[theme])} />;
}
