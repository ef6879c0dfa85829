import { lazy, StrictMode, Suspense, useState } from "react";
import { createRoot } from "react-dom/client";
import { Booking } from "./Booking.jsx";

// Only a page that shows it loads its rules; the widget brings its own, which are half as large.
const OwnForm = lazy(() => import("./OwnForm.jsx"));

function App() {
  const [isOwn, setOwn] = useState(false);
  return (
    <main>
      <h1>Book a table</h1>
      <label>
        <input type="checkbox" checked={isOwn} onChange={(event) => setOwn(event.target.checked)} /> Our own form
      </label>
      <Suspense>{isOwn ? <OwnForm /> : <Booking />}</Suspense>
    </main>
  );
}

createRoot(document.body.appendChild(document.createElement("div"))).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
