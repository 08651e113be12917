import { render } from "preact";
import { App } from "./app";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/parts.css";
import "./shell.css";
import "./ui/theme";

const place = document.getElementById("app");
if (place) render(<App />, place);
