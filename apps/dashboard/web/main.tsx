// Puts the dashboard on the page.
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import "./styles.css";
import { App } from "./app.tsx";
import { AnnouncerProvider } from "./ui/announcer.tsx";
import { applyTheme } from "./ui/theme.ts";

const Gallery = lazy(() => import("./gallery/gallery.tsx").then(({ Gallery: component }) => ({ default: component })));

applyTheme();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <AnnouncerProvider>
        {location.pathname === "/gallery" ? (
          <Suspense>
            <Gallery />
          </Suspense>
        ) : (
          <App />
        )}
      </AnnouncerProvider>
    </StrictMode>,
  );
}
