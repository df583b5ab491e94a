import "./styles/main.css";
import { createRoot } from "react-dom/client";
import { App } from "./parts/App";
import { live } from "./state/live";

void live(new AbortController().signal);
createRoot(document.getElementById("root") as HTMLElement).render(<App />);
