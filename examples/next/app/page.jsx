// Rendered on the server: only the booking, which has state, is a client component.
import { Booking } from "./booking.jsx";

export default function Page() {
  return (
    <main>
      <h1>Book a table</h1>
      <Booking />
    </main>
  );
}
