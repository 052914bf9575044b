"""What a page promotes: domain lists, trades known for spam, calls to action, handles, keyword anchors."""
