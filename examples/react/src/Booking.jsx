// The widget: it asks for what the restaurant needs, in the guest's language, and creates the customer by itself.
import { useState } from "react";
import { DinerForm } from "dinerkit/react";
import { GATEWAY, MICROSITE } from "./gateway.js";

export function Booking() {
  const [asksForDate, setAsksForDate] = useState(false);
  const [customer, setCustomer] = useState();
  return (
    <>
      <label>
        <input id="choose" type="checkbox" onChange={(event) => setAsksForDate(event.target.checked)} /> Choose a date
      </label>
      {/* React passes the element's events on as `on` and their name. */}
      <DinerForm microsite={MICROSITE} gateway={GATEWAY} ondiner-created={({ detail }) => setCustomer(detail.Id)}>
        {/* The date belongs to the booking. The form shows it in its place and checks that it is filled in. */}
        {asksForDate && (
          <p slot="before">
            <label>
              Date <input type="date" name="BookingDate" required />
            </label>
          </p>
        )}
      </DinerForm>
      {customer && <output>Booked for customer {customer}</output>}
    </>
  );
}
