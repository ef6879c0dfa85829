export const metadata = { title: "Book a table", icons: "data:," };

export default function Layout({ children }) {
  return (
    <html lang="en-GB">
      <body>{children}</body>
    </html>
  );
}
