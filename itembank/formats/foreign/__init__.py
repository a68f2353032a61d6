"""Files that other programs made: workbooks of any layout, Word, papers as text, QTI, Moodle, GIFT, Aiken, JSON.

    worker.py        a child process of its own, confined: bytes → rows under the headings of our own item sheet
    recognition.py   which kind of file it is, from its bytes
    <one file a format>
    found.py         what every one of them gives: an item as it was found, with the original text beside it
    opened.py        the parent's side: a file opened in the child, its rows as a worksheet

Whatever is found goes through the same checks as a row of our own workbook (`item_rows`); here nothing is believed, nothing is
dropped, and what was guessed says so.
"""
